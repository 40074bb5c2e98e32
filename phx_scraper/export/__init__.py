"""The collection written for other programs: tables, JSON, folders of pictures; elsewhere than in the store."""
