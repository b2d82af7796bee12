BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    Get-ChatRelay | Stop-ChatRelay
}

AfterEach {
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Stop-ChatRelay' {
    It 'stops the relay on a port' {
        $relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
        Stop-ChatRelay -Port $relay.Port
        $relay.IsRunning | Should -BeFalse
    }

    It 'stops the relays of the pipeline, and writes them when asked to' {
        $null = Start-ChatRelay -Port 0 -Address 127.0.0.1
        $null = Start-ChatRelay -Port 0 -Address 127.0.0.1
        (Get-ChatRelay | Stop-ChatRelay -PassThru).IsRunning | Should -Be @($false, $false)
        Get-ChatRelay | Should -BeNullOrEmpty
    }

    It 'stops the only one' {
        $relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
        Stop-ChatRelay
        $relay.IsRunning | Should -BeFalse
    }

    It 'does not guess which of two' {
        $null = Start-ChatRelay -Port 0 -Address 127.0.0.1
        $null = Start-ChatRelay -Port 0 -Address 127.0.0.1
        { Stop-ChatRelay } | Should -Throw -ErrorId 'AmbiguousRelay,UdpChat.Commands.StopChatRelayCommand'
    }

    It 'stops nothing with -WhatIf' {
        $relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
        $relay | Stop-ChatRelay -WhatIf
        $relay.IsRunning | Should -BeTrue
    }
}
