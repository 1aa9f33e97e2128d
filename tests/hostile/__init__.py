"""Every reward beside everything that a policy may write: whatever it is, and whatever would be cheap."""
