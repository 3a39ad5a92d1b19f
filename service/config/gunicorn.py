"""gunicorn's settings (https://docs.gunicorn.org/en/stable/settings.html)."""

bind = "127.0.0.1:8000"
wsgi_app = "service.wsgi:load_app()"

# Loaded once, before the fork: shared memory, one schema change, and a wrong setting ends it all.
preload_app = True
workers = 2
worker_class = "gthread"
threads = 8
worker_tmp_dir = "/tmp"  # noqa: S108 - the one place that a read-only container can write
control_socket_disable = True

# nginx has read a request in full before it arrives here, and has ended before this is told to.
timeout = 30
graceful_timeout = 1  # below GUNICORN_GRACE in service/supervise.py
keepalive = 0

# nginx writes the access log.
accesslog = None
errorlog = "-"
loglevel = "info"
