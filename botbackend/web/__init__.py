"""The processes behind the port: when they begin to serve, and whose request comes next."""
