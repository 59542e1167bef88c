"""`poultice board test`: whether a board that somebody has built does what it must, asked over its own cable."""
