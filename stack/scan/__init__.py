"""What is found without the program running: unsafe code, secrets in files and history, licences, what it is made of.

Each scan is a kept tool's; what was looked at and is right stands with its reason in `reviewed.txt`.
"""
