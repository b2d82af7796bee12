BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
}

AfterAll {
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Start-ChatRelay' {
    It 'gives a relay that listens on the port that it got' {
        $relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
        $relay.IsRunning | Should -BeTrue
        $relay.Port | Should -BeGreaterThan 0
        $relay.LocalEndPoint.ToString() | Should -Be "127.0.0.1:$($relay.Port)"
    }

    It 'reads a duration of <Duration> as 90 seconds' -ForEach @(
        @{ Duration = 90 }
        @{ Duration = '90' }
        @{ Duration = '00:01:30' }
        @{ Duration = [timespan]::FromSeconds(90) }
    ) {
        (Start-ChatRelay -Port 0 -Address 127.0.0.1 -ClientTimeout $Duration).Options.ClientTimeout.TotalSeconds | Should -Be 90
    }

    It 'names the relay of this process that has the port already' {
        $relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
        { Start-ChatRelay -Port $relay.Port -Address 127.0.0.1 } |
            Should -Throw -ErrorId 'RelayAlreadyRunning,UdpChat.Commands.StartChatRelayCommand' -ExpectedMessage "*Stop-ChatRelay -Port $($relay.Port)*"
    }

    It 'refuses a limit out of its range' {
        { Start-ChatRelay -Port 0 -MaxNameBytes 65 } | Should -Throw -ErrorId 'OutOfRange,UdpChat.Commands.StartChatRelayCommand'
    }
}
