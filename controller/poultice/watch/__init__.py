"""`poultice mqtt watch`: what goes over the broker, live and readable."""
