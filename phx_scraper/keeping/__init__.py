"""What a run keeps: pictures on disk, the decisions about them, the ends of visits."""
