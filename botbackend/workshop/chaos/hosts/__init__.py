"""The chaos run on several hosts: two of the web, two of workers, and doubled servers behind them."""
