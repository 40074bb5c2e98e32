"""The photos of one home at two sources: `python examples/one_home.py "4732 W Davis Rd, Glendale, AZ 85306" FOLDER`."""

import sys

from phx_scraper import ImageExtractionOrchestrator, ImageSource

address, folder = sys.argv[1:]
orchestrator = ImageExtractionOrchestrator(folder, enabled_sources=[ImageSource.ZILLOW, ImageSource.REDFIN])
print(orchestrator.extract([address]))
for image in orchestrator.get_property_images(address):
    print(image.source, image.position, image.width, image.height, image.local_path or image.status)
