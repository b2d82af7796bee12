using Xunit.Sdk;
using Xunit.v3;

// Which connection is the default depends on all that are open in the process.
[assembly: Parallelization(Mode = ParallelMode.None)]
