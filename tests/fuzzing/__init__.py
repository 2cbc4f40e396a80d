"""What is thrown at the readers of strangers' bytes: by hypothesis in every test run, by atheris in `make fuzz`."""
