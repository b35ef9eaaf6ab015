"""The one seam to the Messages API: keys, deadlines, retries, prices. Nothing else imports the SDK."""
