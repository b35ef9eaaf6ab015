"""What people do in a sheet by hand."""
