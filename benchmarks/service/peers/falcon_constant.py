"""A limit: falcon under gunicorn that reads the body and answers a constant."""

import falcon


class Constant:
    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        request.bounded_stream.read()
        response.status = falcon.HTTP_201
        response.media = {"answer": "constant"}


app = falcon.App()
app.add_route("/api/images", Constant())
