"""Item pipelines: checked, recorded, photos fetched, visit finished."""
