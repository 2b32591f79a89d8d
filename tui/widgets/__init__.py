"""One widget a file. Each draws the values it is given, and posts messages for keys and mouse."""
