"""Signs what it reads from stdin with botocore, at the given moment: a list of requests in, their signatures out."""
import json
import sys
from types import SimpleNamespace

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(case):
    credentials = Credentials(case["accessKeyId"], case["secretAccessKey"])
    request = AWSRequest(case["method"], case["url"], headers=case["headers"], data=case["body"].encode())
    request.context["timestamp"] = case["amzDate"]
    request.context["client_config"] = SimpleNamespace(s3={"payload_signing_enabled": case["isPayloadSigned"]})
    if case["kind"] == "header":
        auth = S3SigV4Auth(credentials, "s3", case["region"])
    else:
        auth = S3SigV4QueryAuth(credentials, "s3", case["region"], expires=case["expiresSeconds"])
    auth._modify_request_before_signing(request)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    return {"url": request.url, "headers": list(request.headers.items())}


json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout)
