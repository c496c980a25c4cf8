"""Signs with boto3 against a local cloud that checks signatures. Arguments: address, key id, secret. Ends with a line of versions, or an assertion."""

import datetime
import sys
import types
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.compat
from botocore.config import Config
from botocore.exceptions import ClientError

url, key_id, secret = sys.argv[1:]


def client(name, key_id=key_id, secret=secret, region="us-east-1"):
    session = boto3.session.Session(key_id, secret, region_name=region)
    s3 = {"addressing_style": "path"}
    return session.client(name, endpoint_url=url, config=Config(retries={"max_attempts": 0}, signature_version="v4" if name != "s3" else "s3v4", s3=s3))


calls = {
    "sagemaker": lambda sagemaker: sagemaker.list_training_jobs(),
    "sagemaker-runtime": lambda runtime: runtime.invoke_endpoint(EndpointName="none", Body=b"x"),
    "logs": lambda logs: logs.describe_log_groups(),
    "pricing": lambda pricing: pricing.get_products(ServiceCode="AmazonSageMaker", MaxResults=1),
    "service-quotas": lambda quotas: quotas.list_service_quotas(ServiceCode="sagemaker"),
    "ecr": lambda ecr: ecr.describe_images(repositoryName="object-detection", imageIds=[{"imageTag": "1"}]),
    "iam": lambda iam: iam.get_role(RoleName="local"),
    "sts": lambda sts: sts.get_caller_identity(),
    "s3": lambda s3: s3.list_buckets(),
}
json_codes = ("UnrecognizedClientException", "InvalidSignatureException", "InvalidSignatureException")
query_codes = ("InvalidClientTokenId", "SignatureDoesNotMatch", "SignatureDoesNotMatch")
s3_codes = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed")
codes = {name: json_codes for name in calls} | {"iam": query_codes, "sts": query_codes, "s3": s3_codes}


def code_of(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


class Yesterday(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(days=1)


signers = [botocore.auth]
if botocore.compat.HAS_CRT:
    import botocore.crt.auth

    signers.append(botocore.crt.auth)


def at_yesterday(call):
    clocks = {
        "datetime": types.SimpleNamespace(datetime=Yesterday, timezone=datetime.timezone, timedelta=datetime.timedelta),
        "get_current_datetime": lambda *_, **__: Yesterday.utcnow(),
    }
    kept = [(signer, name, getattr(signer, name)) for signer in signers for name in clocks if hasattr(signer, name)]
    for signer, name, _ in kept:
        setattr(signer, name, clocks[name])
    try:
        return code_of(call)
    finally:
        for signer, name, value in kept:
            setattr(signer, name, value)


for name, call in calls.items():
    passed = code_of(lambda: call(client(name)))
    # A signature that is good gets as far as the endpoint, which is not there.
    assert passed == ("ValidationError" if name == "sagemaker-runtime" else None), (name, passed)
    met = (
        code_of(lambda: call(client(name, key_id="AKIAUNKNOWN"))),
        code_of(lambda: call(client(name, secret="wrong"))),
        at_yesterday(lambda: call(client(name))),
    )
    assert met == codes[name], (name, met)

assert code_of(lambda: client("sagemaker", region="eu-west-1").list_training_jobs()) == "InvalidSignatureException"
assert code_of(lambda: client("iam", region="eu-west-1").get_role(RoleName="local")) is None

s3 = client("s3")
s3.create_bucket(Bucket="signed")
s3.put_object(Bucket="signed", Key="k", Body=b"kept")
link = s3.generate_presigned_url("get_object", Params={"Bucket": "signed", "Key": "k"}, ExpiresIn=60)
assert urllib.request.urlopen(link).read() == b"kept"
for spoilt in (link.replace("/signed/k", "/signed/other"), link.replace("Expires=60", "Expires=61")):
    try:
        urllib.request.urlopen(spoilt)
    except urllib.error.HTTPError as error:
        assert error.code == 403 and b"SignatureDoesNotMatch" in error.read(), spoilt
    else:
        raise AssertionError(f"taken: {spoilt}")

print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, Python {sys.version.split()[0]}")
