"""Gets working pages from small models, which copy and change code well and repair it badly.

The first attempt asks for a whole page. Then `skeleton` writes the page that `page_spec` reads from
the brief and its checks, and the model fills in its functions. `html_autofix` corrects what needs
no model, `named_change` says what to change next, and `strategy` decides what an attempt is.
"""
