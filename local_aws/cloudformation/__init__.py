"""Resource types that the emulator's CloudFormation lacks, made and removed through the local APIs."""
