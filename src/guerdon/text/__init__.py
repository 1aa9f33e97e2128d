"""Reading the text of a completion: tags, boxes, numbers, parts, splits, lengths."""
