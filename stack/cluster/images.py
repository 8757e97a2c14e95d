"""The images that the cluster's pods name, as OCI archives: the product's own, the mesh's proxy, and what holds a pod."""

import hashlib
from pathlib import Path

from stack import folders, image
from stack import programs as local
from stack.cluster import mesh, programs
from stack.mesh.workloads import IMAGE

# As containerd names what pods call by a short name.
PRODUCT = f"docker.io/library/{IMAGE}"
PROXY = f"{mesh.HUB}/proxyv2:{mesh.TAG}"
PAUSE = "localhost/pause:1"
