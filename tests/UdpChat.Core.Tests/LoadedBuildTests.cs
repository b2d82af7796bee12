using System.Reflection;
using System.Runtime.Versioning;

namespace UdpChat.Core.Tests;

public class LoadedBuildTests
{
    [Fact]
    public void Each_test_build_loads_the_build_of_ours_that_it_is_for()
    {
        string framework = typeof(ChatClient).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName;
#if NET10_0
        Assert.Equal(".NETStandard,Version=v2.0", framework);
#else
        Assert.Equal(".NETCoreApp,Version=v8.0", framework);
#endif
    }
}
