#!/bin/sh
# Lambda starts this with its own command line: the interpreter, options, and last the program that cannot stream.
# The packages of layers and of the managed runtime are where that program would look for them.
version=$("$1" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
PYTHONPATH="$LAMBDA_TASK_ROOT:/opt/python:/opt/python/lib/$version/site-packages:$PYTHONPATH:/var/runtime"
export PYTHONPATH
last=$#
for argument do
    shift
    [ "$last" -gt 1 ] && set -- "$@" "$argument"
    last=$((last - 1))
done
exec "$@" -m lambda_src.common.stream
