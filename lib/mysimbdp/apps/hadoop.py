"""What Spark tells executors of Hadoop's settings."""

import json

from pyspark.sql import SparkSession

_DEFAULTS = ("mapred-default.xml", "yarn-default.xml")


def forget_mapreduce_and_yarn(spark: SparkSession) -> None:
    """Forget what Hadoop presumes for MapReduce and YARN: two thirds of its settings, which no app of the kit reads.

    Every batch sends all settings to the executors, once to read state and once to write it, and has the text that says
    where each comes from compressed by itself (docs/decisions/0024). Whatever somebody has set stays.
    """
    jvm, context = spark.sparkContext._jvm, spark.sparkContext._jsc
    assert jvm is not None
    # Whoever is the first to use a part of Hadoop has all defaults read anew; these are all the parts that have any.
    jvm.org.apache.hadoop.mapreduce.util.ConfigUtil.loadResources()
    jvm.org.apache.hadoop.hdfs.HdfsConfiguration.init()
    settings = context.hadoopConfiguration()
    text = jvm.java.io.StringWriter()
    jvm.org.apache.hadoop.conf.Configuration.dumpConfiguration(settings, text)
    for setting in json.loads(text.toString())["properties"]:
        if setting["resource"] in _DEFAULTS:
            settings.unset(setting["key"])
