"""A fictitious list for development and tests, made of a seed: sanctioned persons of many cultures and organisations,
and politically exposed persons with relatives.

Names are drawn from pools of common parts, so that namesakes and relatives occur as they do on a published list. Nobody
on it is meant; a deployment loads the lists of its authorities instead.
"""
