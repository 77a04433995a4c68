"""Asking the side port, as Prometheus and Kubernetes do."""

from http.client import HTTPConnection, HTTPResponse


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def told(port: int, path: str) -> tuple[int, str]:
    response, text = ask(port, path)
    return response.status, text
