"""How gunicorn serves the pages, for `make run` and Docker alike; it reads this file by itself."""

# Two processes, so that a long article being rendered by one leaves the other free; threads, since most of a
# request is waiting for the database.
workers = 2
threads = 4
worker_class = "gthread"
timeout = 60
graceful_timeout = 8  # under the ten seconds after which the supervisor and Docker kill
loglevel = "warning"
# Its socket would be made under HOME, which may not be writable, and nobody uses it.
control_socket_disable = True
