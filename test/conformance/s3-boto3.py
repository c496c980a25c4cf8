"""Drives an S3 server with boto3. Arguments: its address, and the operations to be called. Prints versions, then one JSON line a check: name, and error where it failed."""
import base64, hashlib, io, json, os, sys, tempfile, traceback, urllib.error, urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3, botocore
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import ClientError

address, *wanted = sys.argv[1:]
session = boto3.session.Session()
s3 = session.client("s3", endpoint_url=address, region_name="us-east-1", config=Config(retries={"max_attempts": 0}, max_pool_connections=50))
bucket = f"boto3-{os.getpid()}"
checks = []
succeeded = set()
s3.meta.events.register("after-call", lambda model, http_response, **_: http_response.status_code < 300 and succeeded.add(model.name))


def check(function):
    checks.append(function)
    return function


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        met = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert met == (code, status), met
        return
    raise AssertionError(f"{code} expected")


def keys(**arguments):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **arguments)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


@check
def buckets():
    s3.create_bucket(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)
    assert bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    refused("404", 404, s3.head_bucket, Bucket="none-such-bucket")
    refused("NoSuchBucket", 404, s3.list_objects_v2, Bucket="none-such-bucket")


@check
def put_get_head_delete():
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ContentType="text/plain", Metadata={"a": "1"}, CacheControl="no-cache")
    assert put["ETag"] == '"%s"' % hashlib.md5(b"hello").hexdigest()
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"hello" and got["Metadata"] == {"a": "1"} and got["ContentType"] == "text/plain"
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ContentLength"] == 5 and head["CacheControl"] == "no-cache"
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=1-3")["Body"].read() == b"ell"
    refused("InvalidRange", 416, s3.get_object, Bucket=bucket, Key="k", Range="bytes=9-")
    s3.delete_object(Bucket=bucket, Key="k")
    refused("404", 404, s3.head_object, Bucket=bucket, Key="k")
    refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="k")


@check
def odd_keys():
    odd = ["a b", "a+b", "ü/é😀", "../../up", "//", "x/", "q?x=1&y#z", "%41%2F", "<&>'\"", "new\nline", "tab\t", "s" * 1024]
    for key in odd:
        s3.put_object(Bucket=bucket, Key=f"odd-{key}"[:1024], Body=key.encode())
    for key in odd:
        assert s3.get_object(Bucket=bucket, Key=f"odd-{key}"[:1024])["Body"].read() == key.encode(), key
    assert keys(Prefix="odd-") == sorted((f"odd-{k}"[:1024] for k in odd), key=lambda k: k.encode())
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": f"odd-{k}"[:1024]} for k in odd]})
    assert keys(Prefix="odd-") == []
    refused("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="s" * 1025, Body=b"")


@check
def lists():
    for number in range(25):
        s3.put_object(Bucket=bucket, Key=f"l/{number % 3}/{number:02}", Body=b"x")
    assert len(keys(Prefix="l/", PaginationConfig={"PageSize": 7})) == 25
    page = s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/", MaxKeys=2, FetchOwner=True)
    assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["l/0/", "l/1/"] and page["IsTruncated"] and page["KeyCount"] == 2
    rest = s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/", ContinuationToken=page["NextContinuationToken"])
    assert [p["Prefix"] for p in rest["CommonPrefixes"]] == ["l/2/"] and not rest["IsTruncated"]
    old = [i["Key"] for p in s3.get_paginator("list_objects").paginate(Bucket=bucket, Prefix="l/", PaginationConfig={"PageSize": 4}) for i in p["Contents"]]
    assert old == keys(Prefix="l/")
    assert keys(Prefix="l/", StartAfter="l/2/11")[0] == "l/2/14"


@check
def conditions():
    etag = s3.put_object(Bucket=bucket, Key="c", Body=b"1")["ETag"]
    refused("304", 304, s3.get_object, Bucket=bucket, Key="c", IfNoneMatch=etag)
    refused("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="c", IfMatch='"x"')
    if "IfNoneMatch" not in s3.meta.service_model.operation_model("PutObject").input_shape.members:
        return
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="c", Body=b"2", IfNoneMatch="*")

    def attempt(number):
        try:
            s3.put_object(Bucket=bucket, Key="once", Body=str(number).encode(), IfNoneMatch="*")
            return 200
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(attempt, range(50)))
    assert statuses == [200] + [412] * 49, statuses


@check
def checksums():
    for algorithm in ["CRC32", "SHA1", "SHA256"]:
        s3.put_object(Bucket=bucket, Key="sum", Body=b"123456789", ChecksumAlgorithm=algorithm)
        got = s3.get_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")
        assert got[f"Checksum{algorithm}"] and got["Body"].read() == b"123456789"
    # A stream: over plain HTTP newer versions send it as aws-chunked with a trailer.
    s3.put_object(Bucket=bucket, Key="sum", Body=io.BytesIO(b"x" * 300000), ChecksumAlgorithm="CRC32")
    assert s3.get_object(Bucket=bucket, Key="sum")["Body"].read() == b"x" * 300000
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="bad", Body=b"x", ContentMD5=base64.b64encode(bytes(16)).decode())
    refused("404", 404, s3.head_object, Bucket=bucket, Key="bad")


@check
def transfers():
    body = os.urandom(11 * 1024 * 1024 + 17)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in"), os.path.join(folder, "out")
        with open(source, "wb") as file:
            file.write(body)
        s3.upload_file(source, bucket, "big", Config=config, ExtraArgs={"Metadata": {"m": "1"}})
        head = s3.head_object(Bucket=bucket, Key="big")
        assert head["ETag"].endswith('-3"') and head["Metadata"] == {"m": "1"} and head["ContentLength"] == len(body)
        s3.download_file(bucket, "big", target, Config=config)
        with open(target, "rb") as file:
            assert file.read() == body
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "big copy", Config=config)
    assert s3.get_object(Bucket=bucket, Key="big copy")["Body"].read() == body


@check
def multipart():
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    etag = s3.upload_part(Bucket=bucket, Key="m", UploadId=upload, PartNumber=3, Body=b"abc")["ETag"]
    assert [p["PartNumber"] for p in s3.list_parts(Bucket=bucket, Key="m", UploadId=upload)["Parts"]] == [3]
    refused("InvalidPart", 400, s3.complete_multipart_upload, Bucket=bucket, Key="m", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    done = s3.complete_multipart_upload(Bucket=bucket, Key="m", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 3, "ETag": etag}]})
    assert done["ETag"].endswith('-1"')
    refused("NoSuchUpload", 404, s3.abort_multipart_upload, Bucket=bucket, Key="m", UploadId=upload)


@check
def copies():
    s3.put_object(Bucket=bucket, Key="from ü", Body=b"copied", Metadata={"a": "1"})
    s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from ü"})
    assert s3.head_object(Bucket=bucket, Key="to")["Metadata"] == {"a": "1"}
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from ü"}, CopySourceIfMatch='"x"')
    refused("NoSuchKey", 404, s3.copy_object, Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "none"})


@check
def tags():
    s3.put_object(Bucket=bucket, Key="t", Body=b"", Tagging="a=1")
    s3.put_object_tagging(Bucket=bucket, Key="t", Tagging={"TagSet": [{"Key": "b", "Value": "2"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="t")["TagSet"] == [{"Key": "b", "Value": "2"}]
    s3.delete_object_tagging(Bucket=bucket, Key="t")
    assert s3.get_object_tagging(Bucket=bucket, Key="t")["TagSet"] == []


@check
def presigned():
    signing = session.client("s3", endpoint_url=address, region_name="us-east-1", config=Config(signature_version="s3v4"))
    where = {"Bucket": bucket, "Key": "signed ü+1"}
    request = urllib.request.Request(signing.generate_presigned_url("put_object", Params=where, ExpiresIn=60), data=b"by url", method="PUT")
    request.add_header("Content-Type", "")
    assert urllib.request.urlopen(request).status == 200
    url = signing.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"by url"
    try:
        urllib.request.urlopen(url.replace("signed", "other"))
    except urllib.error.HTTPError as error:
        assert error.code == 403
    else:
        raise AssertionError("403 expected")


@check
def not_done_is_said():
    refused("NotImplemented", 501, s3.get_bucket_acl, Bucket=bucket)
    refused("NotImplemented", 501, s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


@check
def other_operations():
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert s3.list_objects(Bucket=bucket, MaxKeys=1)["IsTruncated"]
    s3.put_object(Bucket=bucket, Key="whole", Body=b"0123456789")
    upload = {"Bucket": bucket, "Key": "joined", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="joined")["UploadId"]}
    part = s3.upload_part_copy(PartNumber=1, CopySource={"Bucket": bucket, "Key": "whole"}, CopySourceRange="bytes=2-4", **upload)
    s3.complete_multipart_upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]}, **upload)
    assert s3.get_object(Bucket=bucket, Key="joined")["Body"].read() == b"234"
    given_up = s3.create_multipart_upload(Bucket=bucket, Key="given up")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="given up", UploadId=given_up)
    refused("NoSuchUpload", 404, s3.list_parts, Bucket=bucket, Key="given up", UploadId=given_up)


@check
def expected_owners():
    s3.head_object(Bucket=bucket, Key="whole", ExpectedBucketOwner="123456789012")
    refused("AccessDenied", 403, s3.get_object, Bucket=bucket, Key="whole", ExpectedBucketOwner="210987654321")
    refused("403", 403, s3.head_bucket, Bucket=bucket, ExpectedBucketOwner="210987654321")


@check
def emptying():
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=bucket)
    session.resource("s3", endpoint_url=address, region_name="us-east-1").Bucket(bucket).objects.all().delete()
    s3.delete_bucket(Bucket=bucket)


@check
def every_operation_was_called():
    known = set(s3.meta.service_model.operation_names)
    assert set(wanted) & known <= succeeded, set(wanted) & known - succeeded


print(json.dumps({"versions": f"boto3 {boto3.__version__}, botocore {botocore.__version__}, Python {sys.version.split()[0]}"}))
for function in checks:
    try:
        function()
        print(json.dumps({"check": function.__name__}))
    except Exception:
        print(json.dumps({"check": function.__name__, "error": traceback.format_exc(limit=3)}))
