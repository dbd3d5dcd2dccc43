"""Take what trainees hand in: every file of theirs is hostile until it is proven to be plain."""
