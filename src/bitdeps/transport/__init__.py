"""HTTP: the one place that sends `bitdeps.core.messages.Request` values over the network."""
