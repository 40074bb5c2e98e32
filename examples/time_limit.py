"""In a program with its own event loop, for so many seconds: `python examples/time_limit.py HOMES.csv FOLDER 600`.

What was not finished is gone on with by the next call.
"""

import asyncio
import sys

from phx_scraper import ImageExtractionOrchestrator, PropertyLoader


async def main(homes: str, folder: str, seconds: str) -> None:
    orchestrator = ImageExtractionOrchestrator(folder)
    try:
        print(await asyncio.wait_for(orchestrator.extract_all(PropertyLoader().load_from_csv(homes)), float(seconds)))
    except TimeoutError:
        print("stopped; so far:", orchestrator.get_statistics()["total_images"], "images")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
