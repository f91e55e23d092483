"""The engines that search the web, all asked in the same way."""
