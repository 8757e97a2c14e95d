"""The local stack: installs, starts, watches and stops the real parts and the twelve services, on loopback.

`parts.py` is the table of what runs; `python -m stack up` starts it in order. Nothing here is needed in production,
where Kubernetes has this job. It knows how the parts are run, never what a loan is.
"""
