"""The image of every service: its root file system out of locked packages, and an archive of it, with an inventory.

`root` makes the files, on a machine with an engine as one without; the Dockerfile at the top of the project says what
goes where and how it is run, and `dockerfile` reads that. Without an engine `archive` writes the image itself.
"""


class ImageError(Exception):
    """An image cannot be made, or is not as it has to be; the text says what to do."""
