"""The photos of one home at two sources: `python examples/one_home.py "4732 W Davis Rd, Glendale, AZ 85306" FOLDER`."""

import asyncio
import sys

from phx_scraper import ImageExtractionOrchestrator, ImageSource, Property

address, folder = sys.argv[1:]
orchestrator = ImageExtractionOrchestrator(folder, enabled_sources=[ImageSource.ZILLOW, ImageSource.REDFIN])
result = asyncio.run(orchestrator.extract_all([Property.from_text(address)]))
print(result)
for image in orchestrator.get_property_images(address):
    print(image.source, image.position, image.width, image.height, image.local_path or image.status)
