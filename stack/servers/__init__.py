"""One module for each real part, which says how it runs.

All functions take the Layout, and a part has only those it needs.

command    the command line, run by the supervisor
prepare    makes folders, files and first data before the start
ready      returns when the part answers, else raises whatever its client raises
settle     makes what the services need inside the part, once it is ready; may run again and again
"""
