"""Who is told of an alert, in which words, and on which way; what is met is judged by metrics.alerts."""
