"""Looking on: gold questions, metrics, evaluation runs and speed benchmarks."""
