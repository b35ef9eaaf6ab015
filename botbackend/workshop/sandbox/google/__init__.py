"""The stand-in of Google: tokens, Sheets, Drive and the staff at a sheet."""
