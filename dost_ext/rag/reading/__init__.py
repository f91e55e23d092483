"""Gets the words out of files of many kinds, apart from everything else that runs."""
