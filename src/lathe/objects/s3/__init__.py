"""What obstore leaves out of S3: an upload in parts that is completed only where nothing is there, and presigned
addresses that name a file. Knows requests and signatures, no stores."""
