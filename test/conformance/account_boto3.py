"""Asks the services round SageMaker with boto3: prices, quotas, roles, images. Ends with 0 and a line of versions, or with an assertion."""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url = sys.argv[1]
session = boto3.session.Session("local", "local", region_name="us-east-1")


def client(name):
    return session.client(name, endpoint_url=url, config=Config(retries={"max_attempts": 0}))


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return
    raise AssertionError(f"{code} expected")


def lifecycle(**settings):
    request = urllib.request.Request(f"{url}/_control/lifecycle", json.dumps(settings).encode(), method="POST")
    assert urllib.request.urlopen(request).status == 200


pricing = client("pricing")
filters = [
    {"Type": "TERM_MATCH", "Field": field, "Value": value}
    for field, value in dict(regionCode="us-east-1", instanceName="ml.g5.xlarge", component="Training").items()
]
(offer,) = pricing.get_products(ServiceCode="AmazonSageMaker", Filters=filters)["PriceList"]
(term,) = json.loads(offer)["terms"]["OnDemand"].values()
(dimension,) = term["priceDimensions"].values()
assert float(dimension["pricePerUnit"]["USD"]) == 1.408 and dimension["unit"] == "Hrs", dimension
pages = pricing.get_paginator("get_products").paginate(ServiceCode="AmazonSageMaker", PaginationConfig={"PageSize": 7})
offers = [json.loads(text)["product"]["sku"] for page in pages for text in page["PriceList"]]
assert len(offers) == len(set(offers)) > 7, offers
fails("NotFoundException", pricing.get_products, ServiceCode="AmazonEC2")
fails("UnknownOperationException", pricing.describe_services)

quotas = client("service-quotas")
name = "ml.g5.xlarge for training job usage"
lifecycle(quotas={name: 2, "ml.g5.xlarge for endpoint usage": 1})
listed = [
    quota
    for page in quotas.get_paginator("list_service_quotas").paginate(
        ServiceCode="sagemaker", PaginationConfig={"PageSize": 1}
    )
    for quota in page["Quotas"]
]
assert [quota["Value"] for quota in listed] == [2, 1], listed
one = quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=listed[0]["QuotaCode"])["Quota"]
assert one["QuotaName"] == name and one["Adjustable"], one
lifecycle(quotas={})
fails("NoSuchResourceException", quotas.get_service_quota, ServiceCode="sagemaker", QuotaCode="L-00000000")

iam = client("iam")
role = iam.get_role(RoleName="local")["Role"]
assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == ["sagemaker.amazonaws.com"], role
lifecycle(principals=[{"pattern": "role/none$", "missing": True}, {"pattern": "role/local$", "denied": ["s3:Put*"]}])
fails("NoSuchEntity", iam.get_role, RoleName="none")
results = iam.simulate_principal_policy(PolicySourceArn=role["Arn"], ActionNames=["s3:PutObject", "s3:GetObject"])
decisions = [result["EvalDecision"] for result in results["EvaluationResults"]]
assert decisions == ["implicitDeny", "allowed"] and not results["IsTruncated"], results
lifecycle(principals=[])
fails("InvalidAction", iam.list_roles)

assert client("sts").get_caller_identity()["Account"] == "123456789012"

ecr = client("ecr")
tag = [{"imageTag": "1"}]
(image,) = ecr.describe_images(registryId="811284229777", repositoryName="object-detection", imageIds=tag)["imageDetails"]
assert image["imageTags"] == ["1"] and image["imageDigest"].startswith("sha256:"), image
fails("RepositoryNotFoundException", ecr.describe_images, repositoryName="none", imageIds=tag)
got = ecr.batch_get_image(repositoryName="object-detection", imageIds=tag)
assert got["images"][0]["imageId"]["imageTag"] == "1" and got["failures"] == [], got

s3 = client("s3")
s3.create_bucket(Bucket="asked")
assert "Status" not in s3.get_bucket_versioning(Bucket="asked")
fails("NoSuchBucket", s3.get_bucket_versioning, Bucket="none-such-bucket")

print(f"boto3 {boto3.__version__}")
