"""Drives the local cloud's SageMaker, Runtime and Logs with boto3. Arguments: its address, and the operations to be called. Ends with 0 and a line of versions, or with an assertion."""

import json
import sys
import time
import urllib.request

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

url, *wanted = sys.argv[1:]
options = dict(
    endpoint_url=url,
    region_name="us-east-1",
    aws_access_key_id="local",
    aws_secret_access_key="local",
    config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
)
sagemaker = boto3.client("sagemaker", **options)
runtime = boto3.client("sagemaker-runtime", **options)
logs = boto3.client("logs", **options)
s3 = boto3.client("s3", **options)
sts = boto3.client("sts", **options)
succeeded = set()
for client in (sagemaker, runtime, logs):
    client.meta.events.register(
        "after-call", lambda model, http_response, **_: http_response.status_code < 300 and succeeded.add(model.name)
    )
role = "arn:aws:iam::123456789012:role/local"


def fails(code, part, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]
        assert got["Code"] == code, got
        assert part in got["Message"], got
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        return
    raise AssertionError(f"{code} expected")


def until(ask, pleases):
    deadline = time.monotonic() + 30
    while True:
        answer = ask()
        if pleases(answer):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)


def control(path, **settings):
    request = urllib.request.Request(f"{url}/_control/{path}", json.dumps(settings).encode(), method="POST")
    urllib.request.urlopen(request).read()


assert sts.get_caller_identity()["Account"] == "123456789012"
s3.create_bucket(Bucket="boto")
s3.put_object(Bucket="boto", Key="train/data.txt", Body=b"data")

channel = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://boto/train"}},
}
training = dict(
    AlgorithmSpecification={
        "TrainingImage": "local/scripted:1",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*?);"}],
    },
    RoleArn=role,
    InputDataConfig=[channel],
    OutputDataConfig={"S3OutputPath": "s3://boto/out"},
    ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    StoppingCondition={"MaxRuntimeInSeconds": 3600},
)
hyperparameters = {"duration_seconds": "0.1", "metrics": json.dumps({"loss": [2, 1]})}

# Training
arn = sagemaker.create_training_job(
    TrainingJobName="boto-1", HyperParameters=hyperparameters, Tags=[{"Key": "a", "Value": "b"}], **training
)["TrainingJobArn"]
assert arn == "arn:aws:sagemaker:us-east-1:123456789012:training-job/boto-1", arn
fails(
    "ResourceInUse",
    "Training job names must be unique within an AWS account and region",
    sagemaker.create_training_job,
    TrainingJobName="boto-1",
    **training,
)
job = until(
    lambda: sagemaker.describe_training_job(TrainingJobName="boto-1"),
    lambda job: job["TrainingJobStatus"] == "Completed",
)
assert job["FinalMetricDataList"][0]["Value"] == 1.0, job
assert job["BillableTimeInSeconds"] >= 1
assert job["TrainingEndTime"] >= job["TrainingStartTime"] >= job["CreationTime"]
assert s3.head_object(Bucket="boto", Key="out/boto-1/output/model.tar.gz")["ContentLength"] > 0
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="boto-1")
fails("ValidationException", "Requested resource not found", sagemaker.describe_training_job, TrainingJobName="none")
fails(
    "ValidationException",
    "The request was rejected because the training job is in status Completed",
    sagemaker.stop_training_job,
    TrainingJobName="boto-1",
)
missing = dict(training, InputDataConfig=[{**channel, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://boto/none"}}}])
fails("ValidationException", "No S3 objects found under S3 URL", sagemaker.create_training_job, TrainingJobName="boto-x", **missing)
assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]

for index in range(12):
    sagemaker.create_training_job(TrainingJobName=f"page-{index:02}", HyperParameters={"duration_seconds": "0"}, **training)
pages = list(sagemaker.get_paginator("list_training_jobs").paginate(NameContains="page-", PaginationConfig={"PageSize": 5}))
assert [len(page["TrainingJobSummaries"]) for page in pages] == [5, 5, 2], pages

sagemaker.create_training_job(TrainingJobName="long", HyperParameters={"duration_seconds": "3000"}, **training)
if hasattr(sagemaker, "delete_training_job"):
    fails("ResourceInUse", "cannot be deleted", sagemaker.delete_training_job, TrainingJobName="long")
sagemaker.stop_training_job(TrainingJobName="long")
until(
    lambda: sagemaker.describe_training_job(TrainingJobName="long")["TrainingJobStatus"],
    lambda status: status == "Stopped",
)
if hasattr(sagemaker, "delete_training_job"):
    sagemaker.delete_training_job(TrainingJobName="long")
    fails("ValidationException", "Requested resource not found", sagemaker.describe_training_job, TrainingJobName="long")
sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "c", "Value": "d"}])
sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])
assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
control("throttles", DescribeTrainingJob=0.001)
sagemaker.describe_training_job(TrainingJobName="boto-1")
fails("ThrottlingException", "Rate exceeded", sagemaker.describe_training_job, TrainingJobName="boto-1")
control("throttles", DescribeTrainingJob=1000)
control("lifecycle", quotas={"ml.m5.large for training job usage": 0})
fails(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
    sagemaker.create_training_job,
    TrainingJobName="over",
    **training,
)
control("lifecycle", quotas={})

# Logs
assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["/aws/sagemaker/TrainingJobs"]
streams = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="boto-1/")["logStreams"]
events = logs.get_log_events(
    logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=streams[0]["logStreamName"], startFromHead=True
)
assert [event["message"] for event in events["events"]] == ["loss=2;", "loss=1;"], events
again = logs.get_log_events(
    logGroupName="/aws/sagemaker/TrainingJobs",
    logStreamName=streams[0]["logStreamName"],
    nextToken=events["nextForwardToken"],
)
assert again["events"] == [] and again["nextForwardToken"] == events["nextForwardToken"], again
found = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", filterPattern='"loss=1"')
assert len(found["events"]) == 1, found
fails("ResourceNotFoundException", "does not exist", logs.describe_log_streams, logGroupName="none")

# Tuning
definition = {key: value for key, value in training.items()}
definition["StaticHyperParameters"] = {"duration_seconds": "0", "metric_from": json.dumps({"loss": "x"})}
search = dict(
    HyperParameterTuningJobConfig={
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]},
    },
    TrainingJobDefinition=definition,
)
sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-tuning", **search)
fails(
    "ResourceInUse",
    "must be unique within an AWS account and region",
    sagemaker.create_hyper_parameter_tuning_job,
    HyperParameterTuningJobName="Boto-Tuning",
    **search,
)
tuning = until(
    lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-tuning"),
    lambda job: job["HyperParameterTuningJobStatus"] == "Completed",
)
assert tuning["TrainingJobStatusCounters"]["Completed"] == 5, tuning
trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
    HyperParameterTuningJobName="boto-tuning", SortBy="FinalObjectiveMetricValue"
)["TrainingJobSummaries"]
assert trials[0]["TrainingJobName"] == tuning["BestTrainingJob"]["TrainingJobName"]
fails(
    "ResourceNotFound",
    "Amazon SageMaker can't find a tuning job",
    sagemaker.describe_hyper_parameter_tuning_job,
    HyperParameterTuningJobName="none",
)

definition["StaticHyperParameters"] = {**definition["StaticHyperParameters"], "duration_seconds": "3000"}
sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-stopped", **search)
sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-stopped")
until(
    lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-stopped"),
    lambda job: job["HyperParameterTuningJobStatus"] == "Stopped",
)
listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="boto", SortBy="Name", SortOrder="Descending")
assert [job["HyperParameterTuningJobName"] for job in listed["HyperParameterTuningJobSummaries"]] == ["boto-tuning", "boto-stopped"]
if hasattr(sagemaker, "delete_hyper_parameter_tuning_job"):
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="boto-stopped")

# Hosting
sagemaker.create_model(
    ModelName="boto",
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": "local/scripted:1", "Environment": {"SCRIPTED_RESPONSE": '{"ok":true}'}},
)
fails(
    "ValidationException",
    "Cannot create already existing model",
    sagemaker.create_model,
    ModelName="boto",
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": "local/scripted:1"},
)
variant = {"VariantName": "AllTraffic", "ModelName": "boto", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
sagemaker.create_endpoint_config(EndpointConfigName="boto", ProductionVariants=[variant])
fails(
    "ValidationException",
    "Could not find endpoint configuration",
    sagemaker.create_endpoint,
    EndpointName="boto",
    EndpointConfigName="none",
)
sagemaker.create_endpoint(EndpointName="boto", EndpointConfigName="boto")
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="boto", WaiterConfig={"Delay": 1})
answer = runtime.invoke_endpoint(EndpointName="boto", Body=b"x", ContentType="application/json")
assert answer["Body"].read() == b'{"ok":true}' and answer["InvokedProductionVariant"] == "AllTraffic", answer
fails("ValidationError", "Endpoint none of account 123456789012 not found.", runtime.invoke_endpoint, EndpointName="none", Body=b"x")
fails(
    "ValidationException",
    "Cannot create already existing endpoint",
    sagemaker.create_endpoint,
    EndpointName="boto",
    EndpointConfigName="boto",
)
sagemaker.create_model(
    ModelName="failing",
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": "local/scripted:1", "Environment": {"SCRIPTED_STATUS": "503", "SCRIPTED_RESPONSE": "busy"}},
)
sagemaker.create_endpoint_config(EndpointConfigName="failing", ProductionVariants=[{**variant, "ModelName": "failing"}])
fails(
    "ValidationException",
    "Cannot create already existing endpoint configuration",
    sagemaker.create_endpoint_config,
    EndpointConfigName="failing",
    ProductionVariants=[variant],
)
control("lifecycle", endpointCreateSeconds=1)
sagemaker.update_endpoint(EndpointName="boto", EndpointConfigName="failing")
fails("ValidationException", "Cannot update in-progress endpoint", sagemaker.delete_endpoint, EndpointName="boto")
control("lifecycle", endpointCreateSeconds=0)
until(
    lambda: sagemaker.describe_endpoint(EndpointName="boto"),
    lambda endpoint: (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", "failing"),
)
try:
    runtime.invoke_endpoint(EndpointName="boto", Body=b"x")
    raise AssertionError("ModelError expected")
except runtime.exceptions.ModelError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 424, error.response
    assert (error.response["OriginalStatusCode"], error.response["OriginalMessage"]) == (503, "busy"), error.response
sagemaker.update_endpoint_weights_and_capacities(
    EndpointName="boto", DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredWeight": 0.5}]
)
until(
    lambda: sagemaker.describe_endpoint(EndpointName="boto"),
    lambda endpoint: endpoint["ProductionVariants"][0]["CurrentWeight"] == 0.5,
)
assert sagemaker.describe_model(ModelName="failing")["PrimaryContainer"]["Image"] == "local/scripted:1"
assert sagemaker.describe_endpoint_config(EndpointConfigName="failing")["ProductionVariants"][0]["ModelName"] == "failing"
assert [model["ModelName"] for model in sagemaker.list_models(SortBy="Name", SortOrder="Ascending")["Models"]] == ["boto", "failing"]
assert len(sagemaker.list_endpoint_configs()["EndpointConfigs"]) == 2
assert [endpoint["EndpointName"] for endpoint in sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"]] == ["boto"]

# Batch
slow = {"Image": "local/scripted:1", "Environment": {"SCRIPTED_DELAY_MS": "500"}}
sagemaker.create_model(ModelName="slow", ExecutionRoleArn=role, PrimaryContainer=slow)
for name in ("batch", "batch-stopped"):
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName="slow",
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://boto/train/"}}},
        TransformOutput={"S3OutputPath": f"s3://boto/{name}"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
sagemaker.stop_transform_job(TransformJobName="batch-stopped")
for name, end in (("batch", "Completed"), ("batch-stopped", "Stopped")):
    until(
        lambda: sagemaker.describe_transform_job(TransformJobName=name),
        lambda job: job["TransformJobStatus"] == end,
    )
assert s3.list_objects_v2(Bucket="boto", Prefix="batch")["Contents"][0]["Key"] == "batch/data.txt.out"
assert len(sagemaker.list_transform_jobs(NameContains="batch")["TransformJobSummaries"]) == 2
fails("ValidationException", "Could not find job to update with name", sagemaker.describe_transform_job, TransformJobName="none")

sagemaker.delete_endpoint(EndpointName="boto")
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="boto", WaiterConfig={"Delay": 1})
sagemaker.delete_endpoint_config(EndpointConfigName="boto")
sagemaker.delete_model(ModelName="boto")
fails("ValidationException", "Could not find model", sagemaker.describe_model, ModelName="boto")

# What is not there
fails("UnknownOperationException", "", sagemaker.list_notebook_instances)

# Nothing that is promised was left out, as far as this client knows it.
known = {name for client in (sagemaker, runtime, logs) for name in client.meta.service_model.operation_names}
assert set(wanted) & known <= succeeded, set(wanted) & known - succeeded

print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, Python {sys.version.split()[0]}")
