"""What Home Assistant is told of a controller and its pads, so that it finds them by itself. Pure: payloads are built
here and published elsewhere; docs/home-assistant.md shows them from the other side."""
