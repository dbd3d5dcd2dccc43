"""The site: portal, book, search and what joins them."""
