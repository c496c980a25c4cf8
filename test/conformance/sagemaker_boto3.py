"""Drives the local cloud's SageMaker, Runtime and Logs with boto3. Ends with 0 and a line of versions, or with an assertion."""

import json
import sys
import time

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

url = sys.argv[1]
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

# Logs
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
sagemaker.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName="boto-tuning",
    HyperParameterTuningJobConfig={
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]},
    },
    TrainingJobDefinition=definition,
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
sagemaker.delete_endpoint(EndpointName="boto")
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="boto", WaiterConfig={"Delay": 1})
sagemaker.delete_endpoint_config(EndpointConfigName="boto")
sagemaker.delete_model(ModelName="boto")
fails("ValidationException", "Could not find model", sagemaker.describe_model, ModelName="boto")

# What is not there
fails("UnknownOperationException", "", sagemaker.list_notebook_instances)

print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, Python {sys.version.split()[0]}")
