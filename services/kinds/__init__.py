"""What things texts are: e-mail addresses, names, numbers, codes. Pure functions from what was written to one form.

The contract says of each field which kind it is (`loanflow.options.v1.kind`), `forms.py` holds the functions by kind,
and the interceptor that validates requests applies them. No I/O: whether a thing exists is not checked.
"""
