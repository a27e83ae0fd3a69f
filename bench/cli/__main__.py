"""`python -m bench.cli`: the same as `chatbench`."""

from bench.cli.main import main

if __name__ == "__main__":
    main()
