#!/bin/sh
#SBATCH --array=0-999
#SBATCH --mem=4G
# A part of each file that FILES names, a line each: FILES=files PLAN=plan PARTS=parts sbatch contrib/slurm.sh
# In Kubernetes, a Job with completionMode: Indexed and completions: 1000 runs the same script.
# When all are done: xunzi join "$PARTS"/* --out public/xunzi --target 1GB
set -e
number=${SLURM_ARRAY_TASK_ID:-${JOB_COMPLETION_INDEX:?this is no task of Slurm or Kubernetes}}
file=$(sed -n "$((number + 1))p" "${FILES:?a file that names the input of each part}")
exec xunzi build "$file" --part "$number" --plan "${PLAN:?the file that xunzi plan wrote}" --quiet --out "${PARTS:?a folder}/$number"
