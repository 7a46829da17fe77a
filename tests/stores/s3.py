"""moto's S3 server for the store suite: prints its address, and ends when stdin does."""
import json
import os
import sys
import threading

from werkzeug.serving import make_server

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

# It logs every request to stderr otherwise.
MotoRequestHandler.log_request = lambda *_: None

# One request at a time: moto compares an ETag and writes in two steps, between which another thread could write.
threaded = os.environ.get("MOTO_THREADED") == "1"
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded, request_handler=MotoRequestHandler)


def leave():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave, daemon=True).start()
print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
server.serve_forever()
