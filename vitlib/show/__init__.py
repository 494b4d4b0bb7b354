"""What the reader sees: colours, pictures, sliders. Nothing above imports it."""
