"""Pages that collect what stands elsewhere in the book, made when it is built."""
